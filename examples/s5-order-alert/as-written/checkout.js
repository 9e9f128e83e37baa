// The cart after the seed's last change to it: 继续改造成发送数据请求后台的访问路径.

export const checkout = (cart) => ({
  extends: cart,
  methods: {
    // The seed's, word for word.
    send() {
      // let actions = { test: "12345" };
      // this.websocketsend(JSON.stringify(actions));
      this.$http.jsonp('http://localhost:8080/user/order').then(res=>{
          console.log(res.body)
      })
    }
  },
});
