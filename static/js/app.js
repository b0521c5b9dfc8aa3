/* Small conveniences. Every page works without this file. */
(() => {
    "use strict";
    const root = document.documentElement;
    root.classList.add("js");

    const live = () => document.getElementById("live");

    function say(sentence, level = "warning") {
        const box = live();
        if (!box) return;
        const notice = document.createElement("div");
        notice.className = `notice notice-${level}`;
        notice.textContent = sentence;
        box.replaceChildren(notice);
        window.setTimeout(() => notice.remove(), 8000);
    }

    /* Menus made of <details> close on Escape and on a click elsewhere. */
    function closeMenus(except) {
        document.querySelectorAll("details.menu[open]:not(.navtoggle)").forEach((menu) => {
            if (menu !== except) menu.open = false;
        });
    }
    document.addEventListener("click", (event) => closeMenus(event.target.closest("details.menu")));
    document.addEventListener("keydown", (event) => {
        if (event.key !== "Escape") return;
        const menu = document.querySelector("details.menu[open]");
        if (!menu) return;
        menu.open = false;
        menu.querySelector("summary").focus();
    });

    /* On a narrow screen the tab of this page is scrolled into sight. */
    document.querySelectorAll(".tabs [aria-current]").forEach((tab) => {
        const strip = tab.closest(".tabs");
        strip.scrollLeft = tab.offsetLeft - strip.offsetLeft - (strip.clientWidth - tab.offsetWidth) / 2;
    });

    /* A second click on a button that already sent its form does nothing. */
    document.addEventListener("submit", (event) => {
        const form = event.target;
        if (event.defaultPrevented || form.method !== "post") return;
        if (form.dataset.sent) {
            event.preventDefault();
            return;
        }
        form.dataset.sent = "1";
        delete form.dataset.changed;
        form.setAttribute("aria-busy", "true");
        window.setTimeout(() => release(form), 8000);
    });
    function release(form) {
        delete form.dataset.sent;
        form.removeAttribute("aria-busy");
    }
    window.addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach(release));

    /* <form data-guard>: leaving with unsaved entries asks first. */
    document.addEventListener("input", (event) => {
        const form = event.target.closest("form[data-guard]");
        if (form) form.dataset.changed = "1";
    });
    window.addEventListener("beforeunload", (event) => {
        if (document.querySelector("form[data-guard][data-changed]")) event.preventDefault();
        if (event.defaultPrevented) event.returnValue = "";
    });

    /* <button data-print>, <textarea maxlength>, <input type=checkbox data-check-all="name"> */
    document.addEventListener("click", (event) => {
        if (event.target.closest("[data-print]")) window.print();
    });
    document.addEventListener("change", (event) => {
        const name = event.target.dataset.checkAll;
        if (!name) return;
        document.querySelectorAll(`input[type=checkbox][name="${name}"]:not(:disabled)`).forEach((box) => {
            box.checked = event.target.checked;
        });
    });
    function count(area, note) {
        note.textContent = `已填 ${area.value.length} 字，还可填 ${area.maxLength - area.value.length} 字`;
    }
    function countIn(part) {
        part.querySelectorAll(".field textarea[maxlength]").forEach((area) => {
            const note = document.createElement("p");
            note.className = "field-help";
            note.setAttribute("aria-hidden", "true");
            const help = area.nextElementSibling;
            (help && help.matches(".field-help") ? help : area).after(note);
            count(area, note);
            area.addEventListener("input", () => count(area, note));
        });
    }
    countIn(document);

    /* <button data-copy="id">: the value of that field goes to the clipboard. */
    document.addEventListener("click", (event) => {
        const button = event.target.closest("[data-copy]");
        if (!button) return;
        const field = document.getElementById(button.dataset.copy);
        const folded = field.closest("details:not([open])");
        if (folded) folded.open = true;
        field.select();
        const done = document.execCommand("copy");
        say(done ? "已复制。" : "没有复制成功，请选中文字后按 Ctrl+C 复制。", done ? "success" : "warning");
    });

    /* <details data-pick>: a long list of boxes gets a search field and names what is chosen. */
    function chosen(pick) {
        const labels = [...pick.querySelectorAll("input[type=checkbox]:checked")].map((box) => box.closest("label"));
        pick.querySelector(".pick-count").textContent = `已选 ${labels.length} 个`;
        pick.querySelector(".pick-chosen").textContent = labels.map((label) => label.textContent.trim()).join("、");
    }
    function narrow(pick, words) {
        pick.querySelectorAll("input[type=checkbox]").forEach((box) => {
            const label = box.closest("label");
            label.parentElement.hidden = !label.textContent.includes(words) && !box.checked;
        });
        pick.querySelectorAll(".option-group").forEach((group) => {
            group.hidden = !group.querySelector(".option-rows > div:not([hidden])");
        });
    }
    document.querySelectorAll("details[data-pick]").forEach((pick, place) => {
        chosen(pick);
        pick.addEventListener("change", () => chosen(pick));
        if (pick.querySelectorAll("input[type=checkbox]").length < 9) return;
        const box = document.createElement("div");
        box.className = "field";
        const label = document.createElement("label");
        const search = document.createElement("input");
        search.type = "search";
        search.id = `pick-${place}`;
        label.htmlFor = search.id;
        label.textContent = "按名称查找";
        box.append(label, search);
        pick.querySelector(".pick-body").prepend(box);
        search.addEventListener("input", (event) => {
            event.stopPropagation();
            narrow(pick, search.value.trim());
        });
        search.addEventListener("keydown", (event) => {
            if (event.key === "Enter") event.preventDefault();
        });
    });

    /* A refused form: read the summary first, then jump to the field itself. */
    const summary = document.querySelector(".error-summary");
    if (summary) summary.focus();
    document.addEventListener("click", (event) => {
        const link = event.target.closest(".error-summary a[href^='#']");
        const target = link && document.getElementById(link.hash.slice(1));
        if (!target) return;
        const field = target.matches("input, select, textarea") ? target : target.querySelector("input, select, textarea");
        if (!field) return;
        event.preventDefault();
        field.focus();
    });

    /* htmx: a failed or redirected request is told, never swallowed. */
    document.addEventListener("htmx:responseError", () => say("操作没有成功，请刷新页面后再试。", "error"));
    document.addEventListener("htmx:sendError", () => say("网络不通，请检查连接后再试。", "error"));
    document.addEventListener("htmx:beforeSwap", (event) => {
        const { xhr, requestConfig } = event.detail;
        if (!xhr.responseURL) return;
        const asked = new URL(requestConfig.path, window.location.href);
        if (new URL(xhr.responseURL).pathname === asked.pathname) return;
        event.detail.shouldSwap = false;
        window.location.assign(xhr.responseURL);
    });

    /* <section data-redrawn> of a form, drawn anew with other parts: what was unfolded stays so, and it counts as typed. */
    let unfolded = [];
    document.addEventListener("htmx:beforeSwap", ({ detail: { target } }) => {
        unfolded = target.matches("[data-redrawn]") ? [...target.querySelectorAll("details[id][open]")] : [];
    });
    document.addEventListener("htmx:afterSettle", ({ target }) => {
        const part = target.closest("[data-redrawn]");
        if (!part) return;
        part.closest("form").dataset.changed = "1";
        unfolded.map(({ id }) => document.getElementById(id)).forEach((details) => details && (details.open = true));
        countIn(part);
    });
})();
