const before = 1;
import x from "data:text/javascript,export default 1";
return x;
