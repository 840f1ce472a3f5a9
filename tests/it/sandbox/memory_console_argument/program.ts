const row = { text: "x".repeat(1000), inner: [1, 2, 3] };
console.log(Array.from({ length: 100000 }, () => row));
console.log("y".repeat(2 ** 22));
return "survived";
