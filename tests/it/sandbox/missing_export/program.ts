const before = 1;
import { nothing } from "./tools/test/echo.ts";
return nothing;
