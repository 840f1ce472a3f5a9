const error = new Error("plain");
error.stack = "Error: plain\n    at file:///etc/passwd:1:1\n    at /etc/passwd:2:2\n    at ext:core/01_core.js:3:3";
throw error;
