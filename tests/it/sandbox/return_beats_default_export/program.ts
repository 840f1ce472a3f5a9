export default "exported";
return "returned";
