const before = 1;
import x from "../secrets.ts";
return x;
