let text = "";
for (let n = 0; ; n++) text += "0123456789".repeat(300) + n;
