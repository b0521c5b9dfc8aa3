/* The list to tick. A press is kept in this browser until the server has it, with an id of its own: sent twice it
   counts once. The page looks every few seconds for what others pressed. Without this file each press is a form. */
(() => {
    "use strict";
    document.addEventListener("click", (event) => {
        if (event.target.closest("[data-full-screen]")) document.documentElement.requestFullscreen();
    });
    const form = document.getElementById("signing");
    if (!form) return;
    const LOOK = 4000; // milliseconds between two looks, and before a press is sent again
    const PATIENCE = 15000;
    const TWICE = 800; // two taps on one row within this are one
    const KEY = form.dataset.key;
    const LABELS = { arrive: "签到", on_time: "按时", late: "迟到", leave: "早退", undo: "撤销", ticked: "签到" };
    const note = document.getElementById("signing-queue");
    const part = (id) => document.getElementById(id);
    let sending = false;
    let trouble = "";

    /* --- what waits ---------------------------------------------------------------------------------------------- */

    let spare = []; // where the browser keeps nothing
    function waiting() {
        try {
            const kept = JSON.parse(window.localStorage.getItem(KEY) || "[]");
            return Array.isArray(kept) ? kept : [];
        } catch (_) {
            return spare;
        }
    }
    function keep(presses) {
        spare = presses;
        try {
            window.localStorage.setItem(KEY, JSON.stringify(presses));
        } catch (_) {
            /* full or forbidden: the presses live as long as the page */
        }
    }
    function newId() {
        const bytes = window.crypto.getRandomValues(new Uint8Array(16));
        bytes[6] = (bytes[6] & 0x0f) | 0x40;
        bytes[8] = (bytes[8] & 0x3f) | 0x80;
        const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
        return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
    }

    /* --- pressing ------------------------------------------------------------------------------------------------ */

    form.addEventListener("submit", (event) => {
        event.preventDefault();
        const said = event.submitter && event.submitter.value;
        const ticked = said === "ticked" ? tickedRows() : [];
        if (!said || (said === "ticked" && !ticked.length)) return say("请先勾选名单上的人。", true);
        if (isSecondTap(said)) return undefined;
        keep([...waiting(), { id: newId(), said, ticked, at: Date.now() }]);
        paint();
        send();
        return undefined;
    });
    /* Where one button was another stands now: the second tap of two is not meant for it. */
    let last = { row: "", at: 0 };
    function isSecondTap(said) {
        const [, row] = said.split(":");
        const second = Boolean(row) && row === last.row && Date.now() - last.at < TWICE;
        if (!second) last = { row, at: Date.now() };
        return second;
    }
    const tickedRows = () =>
        [...form.querySelectorAll(".sign-row:not([hidden]) input[name=participant]:checked")].map((box) => box.value);

    function say(sentence, wrong) {
        const line = part("signing-said");
        line.textContent = sentence;
        line.className = wrong ? "field-error" : "";
    }

    /* --- sending, one after the other ---------------------------------------------------------------------------- */

    async function ask(address, options) {
        const stop = new AbortController();
        const timer = window.setTimeout(() => stop.abort(), PATIENCE);
        try {
            const headers = { "HX-Request": "true", ...options.headers };
            return await window.fetch(address, { ...options, headers, signal: stop.signal, credentials: "same-origin" });
        } finally {
            window.clearTimeout(timer);
        }
    }
    function packed(one) {
        const data = new FormData();
        data.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
        data.set("press", one.said);
        data.set("client_id", one.id);
        data.set("waited", String(Math.max(0, Math.round((Date.now() - one.at) / 1000))));
        data.set("mark", part("signing-hall").dataset.mark);
        data.set("print", part("signing-hall").dataset.print);
        one.ticked.forEach((row) => data.append("participant", row));
        return data;
    }
    async function send() {
        if (sending) return;
        sending = true;
        try {
            for (let one = waiting()[0]; one; one = waiting()[0]) {
                const answer = await ask(form.action, { method: "POST", body: packed(one) });
                if (!(await taken(answer))) break;
                keep(waiting().filter((other) => other.id !== one.id));
                trouble = "";
                draw(await answer.text());
            }
        } catch (_) {
            trouble = "network";
        }
        sending = false;
        paint();
    }
    /* Whether the server has dealt with it: done, or refused for good. A login that ended or a failure is no answer. */
    async function taken(answer) {
        if (answer.ok && !answer.redirected && answer.status !== 204) return true;
        if (answer.status === 409 || answer.status === 404 || answer.status === 400) {
            if (answer.status !== 409) say("这次操作没有成功，请刷新页面后再试。", true);
            return true;
        }
        trouble = answer.status >= 500 ? "network" : "login";
        return false;
    }

    /* --- looking ------------------------------------------------------------------------------------------------- */

    async function look() {
        if (waiting().length) return send();
        if (document.hidden || sending) return undefined;
        const { mark, print } = part("signing-hall").dataset;
        const asked = new URLSearchParams(window.location.search);
        asked.set("mark", mark);
        asked.set("print", print);
        try {
            const answer = await ask(`${form.dataset.rows}?${asked}`, { headers: { "X-Poll": "1" } });
            if (answer.status === 204 && answer.headers.has("HX-Redirect")) trouble = "login";
            else if (answer.ok) {
                trouble = "";
                if (answer.status === 200 && !sending) draw(await answer.text());
            }
        } catch (_) {
            trouble = "network";
        }
        paint();
        return undefined;
    }

    /* --- drawing ------------------------------------------------------------------------------------------------- */

    function draw(html) {
        const held = document.activeElement && document.activeElement.closest(".sign-row");
        const boxes = new Set(tickedRows());
        window.htmx.swap(form, html, { swapStyle: "none" });
        form.querySelectorAll("input[name=participant]:not(:disabled)").forEach((box) => {
            box.checked = boxes.has(box.value);
        });
        narrow();
        paint();
        if (!held || document.activeElement !== document.body) return;
        const row = part(held.id);
        const button = row && row.querySelector("button");
        if (button) button.focus({ preventScroll: true });
    }
    /* Rows whose press is not with the server yet say so; a single one can be taken back. */
    function paint() {
        const queue = waiting();
        form.querySelectorAll(".is-pending").forEach((row) => {
            row.classList.remove("is-pending");
            row.querySelectorAll(".pending").forEach((mark) => mark.remove());
            row.querySelectorAll("button[hidden]").forEach((button) => (button.hidden = false));
        });
        queue.forEach((one) => rowsOf(one).forEach((row) => pending(row, one)));
        note.hidden = !queue.length && !trouble;
        note.replaceChildren(...told(queue.length));
    }
    function rowsOf(one) {
        const [, pk] = one.said.split(":");
        return (one.ticked.length ? one.ticked : [pk]).map((row) => part(`p${row}`)).filter(Boolean);
    }
    function pending(row, one) {
        row.classList.add("is-pending");
        row.querySelectorAll(".pending").forEach((mark) => mark.remove());
        row.querySelectorAll(".sign-acts button").forEach((button) => (button.hidden = true));
        const mark = document.createElement("span");
        mark.className = "tag tag-amber pending";
        const act = one.said.split(":")[0];
        mark.textContent = `${LABELS[act] || ""} 待上传`;
        row.querySelector(".sign-state").append(mark);
        if (act === "undo" || act === "ticked") return;
        const undo = document.createElement("button");
        undo.className = "btn btn-outline-danger btn-sm pending";
        undo.name = "press";
        undo.value = `undo:${row.id.slice(1)}:${one.id}`;
        undo.textContent = "撤销";
        row.querySelector(".sign-acts").append(undo);
    }
    function told(count) {
        const said = count ? `${count} 条待上传` : "";
        if (trouble === "login") {
            const link = document.createElement("a");
            link.href = note.dataset.login;
            link.textContent = "重新登录";
            return [`登录已过期，${said ? `${said}，` : ""}请`, link, "，按下的不会丢失，登录回到本页后自动上传。"];
        }
        if (trouble) return [`网络不通，${said ? `${said}；` : ""}可以继续签到，按下的存在本机，网络恢复后自动上传。`];
        return [said];
    }

    /* --- finding ------------------------------------------------------------------------------------------------- */

    const find = part("signing-find");
    const words = part("sign-q");
    const show = part("sign-show");
    function fits(row, asked) {
        if (show.value && row.dataset.show !== show.value) return false;
        if (!asked) return true;
        const [name, pinyin, initials, ...others] = row.dataset.words.split("|");
        const latin = asked.replace(/ /g, "");
        const sounds = (pinyin || "").replace(/ /g, "").startsWith(latin) || (initials || "").startsWith(latin);
        return sounds || [name, ...others].some((text) => text && text.includes(asked));
    }
    function narrow() {
        const asked = words.value.trim().toLowerCase();
        form.querySelectorAll(".sign-row").forEach((row) => (row.hidden = !fits(row, asked)));
        form.querySelectorAll("#signing-list > section").forEach((section) => {
            section.hidden = !section.querySelector(".sign-row:not([hidden])");
        });
    }
    find.addEventListener("input", narrow);
    find.addEventListener("submit", (event) => {
        if (window.location.search) return; // the page holds only what was asked for: ask again
        event.preventDefault();
        narrow();
        const rows = form.querySelectorAll(".sign-row:not([hidden])");
        const button = rows.length === 1 && rows[0].querySelector("button");
        if (button) button.focus();
    });

    window.addEventListener("online", send);
    window.addEventListener("storage", paint);
    document.addEventListener("visibilitychange", () => document.hidden || look());
    window.setInterval(look, LOOK);
    narrow();
    paint();
    send();
})();
