import "@fontsource-variable/inter/index.css";
import "./lib/base.css";
import { mount } from "svelte";
import App from "./App.svelte";
import { settings } from "./lib/settings.svelte";

settings.apply();
export default mount(App, { target: document.getElementById("app")! });
