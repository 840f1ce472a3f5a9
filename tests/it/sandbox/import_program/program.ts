const before = 1;
import x from "codefirst:///program.js";
return x;
