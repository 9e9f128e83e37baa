import { createApp } from "vue";
import ControlRoom from "./ControlRoom.vue";
import "./style.css";

createApp(ControlRoom).mount("#app");
