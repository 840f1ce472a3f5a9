return "x".repeat(2000);
