const before = 1;
import x from "ext:core/ops";
return x;
