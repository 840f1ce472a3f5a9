const answer: number = 40 + 2;
if (answer > 41) return { answer };
return "unreachable";
