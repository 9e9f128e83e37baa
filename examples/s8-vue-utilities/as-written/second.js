// Supplied: the object that the seed's methods are in.
export default {
    // web socket
    initWebSocket(id) {
      // 判断当前浏览器是否支持WebSocket
      if ('WebSocket' in window) {
        // let host = window.location.hostname
        // 初始化weosocket(必须)  配置服务器端 WebSocket 接受 url， 此处按照自己的项目路径进行配置
        // let socketUrl = "ws://" + host+ ":8088/websocket/" + id
        let host = window.location.hostname
        console.log(host + "------------")
        let socketUrl = "ws://" + host + ":8080/websocket/" + id
        const webSocket = new WebSocket(socketUrl); // 新建一个webSocket对象
        this.webSockets.push(webSocket) //将新建的webSocket存入集合中
        webSocket.onopen = this.webSocketOnOpen
        webSocket.onmessage = this.webSocketOnMessage
        webSocket.onerror = this.webSocketOnError
        webSocket.onclose = this.webSocketOnClose
      } else {
        this.$message.error('当前浏览器不支持 websocket')
      }
    },
    webSocketOnOpen() {
      this.heartbeatTimer = setInterval(() => {
        this.websocketsend('PING')
      }, 30 * 1000) // 30 秒发一次心跳包
    },
    webSocketOnError() {
    },
    webSocketOnMessage(e) {
      console.log("接收到的报警信息： " + e)
      // 数据接收
      // this.list = []
      this.redata = JSON.parse(e.data)
      this.list.push(this.redata)
      //此处获取到服务器推送的数据，就可以进行后续操作 。。。
      //对websocket从后台推送的数据按时间降序排列
      // this.list.sort(this.sortData);
      this.list.sort((a, b) => {
        return new Date(b.createTime).getTime() - new Date(a.createTime).getSeconds();
      })
    },
    // sortData(a, b) {
    //   return new Date(b.createTime).getTime() - new Date(a.createTime).getTime()
    // },
    websocketsend(Data) {
      // 数据发送
      this.webSockets.forEach((item) => {
        if (item != null) {
          item.send(Data)
        }
      })
    },
    webSocketOnClose() {
      if (this.heartbeatTimer) {
        clearInterval(this.heartbeatTimer) //清除定时器
      }
    },
    //关闭后台websocket连接
    socketClose() {
      this.webSockets.forEach((item) => {
        if (item != null) {
          item.close()
        }
      })
    },
};
