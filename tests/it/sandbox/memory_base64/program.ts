let text = "codefirst";
for (;;) text = btoa(text) + atob(btoa(text));
