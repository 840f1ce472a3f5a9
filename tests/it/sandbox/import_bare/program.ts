const before = 1;
import x from "fs";
return x;
