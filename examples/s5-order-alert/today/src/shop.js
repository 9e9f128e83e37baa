import { createApp } from "vue";
import TeaShop from "./TeaShop.vue";
import "./style.css";

createApp(TeaShop).mount("#app");
