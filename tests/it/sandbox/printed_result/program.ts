console.log("a", 1);
console.error("b");
