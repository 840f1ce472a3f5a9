return "x".repeat(50).concat("!").replace(/(x+x+)+y/, "");
