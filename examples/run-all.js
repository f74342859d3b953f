import "./run-all/dist/src/main.js";
