test.fail({ why: "no one listens" });
console.log("sent");
