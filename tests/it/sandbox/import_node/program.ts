const before = 1;
import x from "node:fs";
return x;
