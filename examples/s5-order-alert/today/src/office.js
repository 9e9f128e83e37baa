import { createApp } from "vue";
import BackOffice from "./BackOffice.vue";
import "./style.css";

createApp(BackOffice).mount("#app");
