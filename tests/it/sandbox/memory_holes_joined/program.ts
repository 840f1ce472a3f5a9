return new Array(2 ** 32 - 1).join("0123456789").length;
