const before = 1;
import x from "http://127.0.0.1/x.ts";
return x;
