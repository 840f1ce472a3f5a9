return "two\nlines";
