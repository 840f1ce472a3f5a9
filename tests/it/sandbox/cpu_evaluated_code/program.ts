for (let n = 0; ; n++) if (eval(`${n} + 1`) !== new Function(`return ${n} + 1`)()) return "wrong";
