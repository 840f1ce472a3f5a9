export default () => ({ nested: { map: [1] } });
