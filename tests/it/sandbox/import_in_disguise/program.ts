const before = 1;
import x from "./tools/%2e%2e/program.ts";
return x;
