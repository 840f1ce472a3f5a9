import { echo } from "./tools/test/echo.ts";
import * as test from "tools/test";
return [await echo({ a: 1 }), await test.echo({ a: 2 })];
