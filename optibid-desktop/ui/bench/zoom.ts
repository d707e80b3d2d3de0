import "../src/lib/base.css";
import { mount } from "svelte";
import Page from "./Zoom.svelte";

export default mount(Page, { target: document.getElementById("app")! });
