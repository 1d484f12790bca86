// A clip that was stopped or could not be analysed.
import "./delete.js";
