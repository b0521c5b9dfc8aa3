/* Dragging a forum to another day writes the day into its field; the form does the rest. Works without this file. */
(() => {
    "use strict";
    let dragged = null;

    const cellOf = (event) => event.target.closest("[data-day]");

    document.addEventListener("dragstart", (event) => {
        dragged = event.target.closest("[data-line]");
        if (dragged) event.dataTransfer.setData("text/plain", dragged.dataset.line);
    });
    document.addEventListener("dragover", (event) => {
        const cell = dragged && cellOf(event);
        if (!cell) return;
        event.preventDefault();
        document.querySelectorAll(".day7-over").forEach((other) => other.classList.remove("day7-over"));
        cell.classList.add("day7-over");
    });
    document.addEventListener("dragend", () => {
        document.querySelectorAll(".day7-over").forEach((other) => other.classList.remove("day7-over"));
        dragged = null;
    });
    document.addEventListener("drop", (event) => {
        const cell = dragged && cellOf(event);
        if (!cell) return;
        event.preventDefault();
        const key = dragged.dataset.line;
        const field = document.querySelector(`[name="${key}-starts"]`);
        if (!field) return;
        const time = field.value.split("T")[1] || "09:00";
        field.value = `${cell.dataset.day}T${time}`;
        const take = document.querySelector(`[name="${key}-take"]`);
        if (take) take.checked = true;
        place(dragged, cell);
        field.dispatchEvent(new Event("input", { bubbles: true }));
        field.dispatchEvent(new Event("change", { bubbles: true }));
    });

    function place(chip, cell) {
        const left = chip.parentElement;
        left.classList.remove("day7-held");
        if (left.childElementCount === 1) left.textContent = String(Number(left.dataset.day.slice(8)));
        if (!cell.childElementCount) cell.textContent = "";
        chip.textContent = String(Number(cell.dataset.day.slice(8)));
        cell.append(chip);
        cell.classList.add("day7-held");
    }
})();
