for (let n = 0; ; n++) Math.sqrt(n);
