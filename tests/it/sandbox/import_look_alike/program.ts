const before = 1;
import x from "./tools/teѕt/echo.ts";
return x;
