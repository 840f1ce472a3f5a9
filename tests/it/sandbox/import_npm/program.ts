const before = 1;
import x from "npm:left-pad";
return x;
