for (let i = 0; i < 200; i++) console.log("0123456789");
