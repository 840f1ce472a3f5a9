let text = "0123456789";
const all: string[] = [];
for (;;) all.push((text += text).toUpperCase());
