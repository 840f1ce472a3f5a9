let text = "x";
const all: string[] = [];
for (;;) all.push((text += "y").repeat(1000));
