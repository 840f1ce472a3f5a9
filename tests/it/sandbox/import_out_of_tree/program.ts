const before = 1;
import x from "./tools/../program.ts";
return x;
