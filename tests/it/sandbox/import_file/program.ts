const before = 1;
import x from "file:///etc/passwd";
return x;
