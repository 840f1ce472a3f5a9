let value: unknown = "bottom";
for (let depth = 0; depth < 200; depth++) value = [value];
return value;
