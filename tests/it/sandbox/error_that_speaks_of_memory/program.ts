const shop = "north";
throw new Error(`${shop} is out of memory cards`);
