import "../src/lib/base.css";
import { mount } from "svelte";
import Page from "./Blotter.svelte";

export default mount(Page, { target: document.getElementById("app")! });
