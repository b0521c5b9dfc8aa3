/* The speaker desk: one click or key an action. What is pressed counts here at once, waits in localStorage, and is handed
   in as soon as the network allows; each operation bears an id of its own and counts once, however often it is sent. */
(() => {
    "use strict";
    const { replay, standing, face, Watch } = window.forumDesk;
    const root = document.getElementById("desk");
    const part = (name) => root.querySelector(`[data-part="${name}"]`);
    const slot = (name) => root.querySelector(`[data-slot="${name}"]`);
    const STATES = { waiting: "待发言", speaking: "发言中", paused: "暂停", done: "已发言", skipped: "未发言" };
    const TONES = { waiting: "tag-gray", speaking: "tag-green", paused: "tag-amber", done: "tag-blue", skipped: "tag-gray" };
    const ANSWERING = ["answer", "department", "leader"];
    const token = document.querySelector("[name=csrfmiddlewaretoken]").value;
    let view = null;
    let refusal = "";
    let sending = false;

    /* --- the queue ------------------------------------------------------------------------------------------------ */

    const watch = new Watch({ changed: refresh, told: () => status() });
    const prefix = watch.settings.queue;
    const own = `${prefix}:${uuid()}`;
    let mine = [];

    function uuid() {
        const bytes = crypto.getRandomValues(new Uint8Array(16));
        bytes[6] = (bytes[6] & 15) | 64;
        bytes[8] = (bytes[8] & 63) | 128;
        const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
        return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
    }
    function stored(key) {
        try {
            return JSON.parse(localStorage.getItem(key)) || [];
        } catch (error) {
            return [];
        }
    }
    function store(key, operations) {
        try {
            if (operations.length) localStorage.setItem(key, JSON.stringify(operations));
            else localStorage.removeItem(key);
        } catch (error) {
            say("浏览器不能保存待同步的操作，同步完成以前请不要关闭本页。");
        }
    }
    function queues() {
        return Object.keys(localStorage).filter((key) => key.startsWith(`${prefix}:`));
    }
    /* What waits to be handed in: of this page, and what another window or an earlier visit left behind. */
    function waiting() {
        const others = queues().filter((key) => key !== own);
        const all = [...others.flatMap(stored), ...mine];
        return [...new Map(all.map((one) => [one.id, one])).values()].sort((a, b) => a.at - b.at);
    }
    function forget(ids) {
        const gone = new Set(ids);
        mine = mine.filter((one) => !gone.has(one.id));
        store(own, mine);
        queues().filter((key) => key !== own).forEach((key) => {
            store(key, stored(key).filter((one) => !gone.has(one.id)));
        });
    }
    function enter(act, given) {
        const last = Math.max(0, ...watch.state.presses.map((press) => press.at), ...waiting().map((one) => one.at));
        const operation = { id: uuid(), act, at: Math.max(Math.round(watch.now()), last + 1), key: "", ...given };
        mine.push(operation);
        store(own, mine);
        refresh();
        send();
    }
    async function send() {
        const batch = waiting();
        if (sending || !batch.length) return;
        sending = true;
        try {
            const answer = await fetch(watch.settings.press, {
                method: "POST",
                headers: { "Content-Type": "application/json", "X-CSRFToken": token },
                body: JSON.stringify({ operations: batch.slice(0, 300) }),
                credentials: "same-origin",
            });
            await settle(answer);
        } catch (error) {
            watch.tell("offline");
        } finally {
            sending = false;
            status();
        }
    }
    async function settle(answer) {
        const json = (answer.headers.get("Content-Type") || "").startsWith("application/json");
        if (!json) {
            watch.tell(answer.status >= 500 ? "offline" : "login");
            return;
        }
        const said = await answer.json();
        if (!answer.ok) {
            refusal = said.sentence;
            return;
        }
        refusal = said.refused.map((one) => one.sentence).join("");
        if (refusal) say(refusal);
        /* Only once the server's state has them may they leave the queue: nothing flickers back. */
        if (said.refused.length) forget(said.refused.map((one) => one.id));
        if (await watch.ask()) forget(said.done);
        refresh();
    }

    /* --- what holds now ------------------------------------------------------------------------------------------- */

    function look() {
        const state = watch.state;
        const queue = waiting();
        const speeches = [...state.speeches];
        const byPerson = new Map(speeches.filter((one) => one.person).map((one) => [`k${one.kind}p${one.person}`, one.key]));
        const known = new Set(speeches.map((one) => one.key));
        const real = (key) => byPerson.get(key) || key;
        queue.forEach(({ key }) => {
            const person = !byPerson.has(key) && !known.has(key) && person_of(state.people, key);
            if (person) {
                known.add(key);
                speeches.push({ ...person.speech, key });
            }
        });
        const pressed = queue.map((one) => ({ ...one, key: real(one.key), undoes: one.undoes || "" }));
        const course = replay([...state.presses, ...pressed.filter((one) => !["ask", "link"].includes(one.act))]);
        return { speeches, course, queue, questions: questions(state, pressed), notes: notes(state, pressed), real };
    }
    function person_of(people, key) {
        const found = people.find((one) => `k${one.kind}p${one.id}` === key);
        if (!found) return null;
        const kind = watch.settings.kinds[found.kind] || {};
        return {
            speech: { kind: found.kind, kindLabel: kind.label, who: found.name, unit: found.unit, subject: "",
                limit: kind.minutes, person: found.id, atDesk: true, whoSpeaks: found.who },
        };
    }
    function questions(state, pressed) {
        const asked = pressed.filter((one) => one.act === "ask").map((one) => ({
            id: one.id, text: one.text, to: one.toName || "", raised: one.key, answered: "",
        }));
        const all = new Map([...asked, ...state.questions].map((one) => [one.id, { ...one }]));
        pressed.filter((one) => one.act === "link").forEach((one) => {
            if (all.has(one.question)) all.get(one.question).answered = one.key;
        });
        return [...all.values()];
    }
    function notes(state, pressed) {
        const all = [...state.presses, ...pressed].filter((one) => one.act === "note");
        return [...new Map(all.map((one) => [one.id, one])).values()].sort((a, b) => a.at - b.at);
    }
    function turn(key) {
        return view.course.turns[key] || { status: "waiting", since: null, spoken: 0 };
    }
    function listed() {
        return view.speeches.filter((one) => !one.atDesk || turn(one.key).status !== "waiting");
    }
    function current() {
        return view.speeches.find((one) => one.key === view.course.current);
    }
    function following() {
        return view.speeches.find((one) => !one.atDesk && turn(one.key).status === "waiting");
    }
    function unspoken() {
        const held = new Set(listed().map((one) => `${one.person}:${one.whoSpeaks === "answer"}`));
        return watch.state.people.filter((one) => !held.has(`${one.id}:${one.who === "answer"}`));
    }

    /* --- shown ---------------------------------------------------------------------------------------------------- */

    function write(found, text) {
        if (found && found.textContent !== text) found.textContent = text;
    }
    function fill(template, values) {
        const node = document.getElementById(template).content.firstElementChild.cloneNode(true);
        node.querySelectorAll("[data-value]").forEach((field) => {
            const value = values[field.dataset.value];
            if (field.matches("input")) field.value = value || "";
            else write(field, value || "");
        });
        return node;
    }
    function refresh() {
        view = look();
        drawList();
        drawPeople();
        drawQuestions();
        drawNotes();
        drawNow();
        status();
    }
    function drawList() {
        const rows = listed().map((speech) => {
            const at = turn(speech.key);
            const node = fill("speech-template", {
                key: speech.key, kind: speech.kindLabel, who: speech.who, unit: speech.unit, subject: speech.subject,
                limit: speech.limit ? `${speech.limit}分钟` : "不限", state: STATES[at.status], act: "start",
            });
            node.dataset.key = speech.key;
            node.classList.toggle("is-now", speech.key === view.course.current);
            node.querySelector(".tag").className = `tag ${TONES[at.status]}`;
            const begin = node.querySelector("[data-begin]");
            begin.hidden = speech.key === view.course.current;
            write(begin.querySelector("button"), at.status === "done" ? "再次发言" : "开始");
            node.querySelector("[data-skip]").hidden = at.status !== "waiting";
            node.querySelectorAll("button").forEach((button) => {
                button.setAttribute("aria-label", `${button.textContent.trim()}：${speech.who}`);
            });
            return node;
        });
        replace(part("list"), rows);
    }
    function drawPeople() {
        const left = unspoken();
        ["free", "answer"].forEach((who) => {
            const box = part(`people-${who}`);
            if (!box) return;
            const rows = left.filter((one) => one.who === who).map((one) => {
                const node = fill("person-template", { key: `k${one.kind}p${one.id}`, name: one.name, unit: one.unit });
                node.querySelector("[data-away]").hidden = one.here;
                return node;
            });
            replace(box, rows);
            write(slot(`count-${who}`), rows.length ? `${rows.length} 人` : "");
            part(`none-${who}`).hidden = rows.length > 0;
        });
    }
    function drawQuestions() {
        const speech = current();
        const rows = view.questions.map((one) => {
            const answered = view.speeches.find((found) => found.key === one.answered);
            const raised = view.speeches.find((found) => found.key === one.raised);
            const node = fill("question-template", {
                id: one.id, text: one.text, to: one.to ? `请${one.to}回应` : "",
                raised: raised ? `${raised.who}提出` : "会前准备", answered: answered ? `${answered.who}已回应` : "待回应",
            });
            const link = node.querySelector("form");
            link.hidden = !speech || !ANSWERING.includes(speech.whoSpeaks) || one.answered === speech.key;
            if (speech) write(link.querySelector("button"), `由${speech.who}回应`);
            link.dataset.question = one.id;
            return node;
        });
        replace(part("questions"), rows);
        part("no-questions").hidden = rows.length > 0;
    }
    function drawNotes() {
        const key = view.course.current;
        if (!part("notes")) return;
        const rows = view.notes.filter((one) => one.key === key).map((one) => {
            const node = document.createElement("li");
            node.textContent = one.text;
            return node;
        });
        replace(part("notes"), rows);
    }
    function replace(box, rows) {
        const text = rows.map((row) => row.outerHTML).join("");
        if (box.dataset.drawn === text) return;
        box.dataset.drawn = text;
        box.replaceChildren(...rows);
    }
    function drawNow() {
        const speech = current();
        const at = speech && turn(speech.key);
        const now = standing(speech, at, watch.now(), watch.settings.warn);
        part("now").dataset.tone = speech ? now.tone : "idle";
        write(slot("kind"), speech ? speech.kindLabel : "现在没有人发言");
        write(slot("who"), speech ? `${speech.who}${speech.unit ? `（${speech.unit}）` : ""}` : "—");
        write(slot("subject"), speech ? speech.subject : "");
        write(slot("time"), speech ? now.face : "--:--");
        write(slot("label"), !speech ? "" : at.status === "paused" ? "暂停" : now.left === null ? "不限时，已用时"
            : now.left < 0 ? "已超时" : "剩余");
        write(slot("limit"), speech && speech.limit ? `时限 ${speech.limit} 分钟，已发言 ${face(now.used)}` : "");
        const after = following();
        write(slot("next"), after ? `${after.kindLabel}：${after.who}` : "议程上没有待发言的人");
        const open = watch.state.open;
        if (button("next")) {
            button("pause").form.hidden = !speech || at.status === "paused";
            button("resume").form.hidden = !speech || at.status !== "paused";
            button("stop").form.hidden = !speech;
            button("next").disabled = !open || !(speech || after);
            button("skip").disabled = !open || !after;
            button("undo").disabled = !view.course.last;
            part("note").hidden = !speech;
        }
        root.querySelectorAll("[data-key] [data-used]").forEach((field) => {
            const found = turn(field.closest("[data-key]").dataset.key);
            const row = view.speeches.find((one) => one.key === field.closest("[data-key]").dataset.key);
            const here = standing(row, found, watch.now(), watch.settings.warn);
            write(field, found.status === "waiting" || found.status === "skipped" ? "" : face(here.used));
            const over = field.nextElementSibling;
            write(over, here.left !== null && here.left < 0 ? `超时 ${face(here.left)}` : "");
        });
    }
    function button(name) {
        return root.querySelector(`[data-do="${name}"]`);
    }
    function status() {
        const count = waiting().length;
        const box = part("status");
        const problem = watch.problem;
        box.dataset.tone = problem || refusal ? "warn" : count ? "busy" : "good";
        const tail = count ? `，${count} 条操作待同步` : "";
        write(slot("status"), refusal && count ? `${refusal}（${count} 条操作待同步）`
            : problem === "offline" ? `网络中断，计时照常进行${tail}`
            : problem === "login" ? `登录已过期，请在新窗口登录后刷新本页${tail}`
            : count ? `${count} 条操作待同步` : "已同步");
    }
    function say(sentence) {
        const box = document.getElementById("live");
        const notice = document.createElement("div");
        notice.className = "notice notice-warning";
        notice.textContent = sentence;
        box.replaceChildren(notice);
        window.setTimeout(() => notice.remove(), 8000);
    }

    /* --- done ----------------------------------------------------------------------------------------------------- */

    const DO = {
        pause: () => hold(),
        resume: () => hold(),
        stop: () => current() && enter("stop", { key: view.course.current }),
        next: forward,
        skip: () => following() && enter("skip", { key: following().key }),
        undo: () => view.course.last && enter("undo", { undoes: view.course.last }),
    };
    function hold() {
        const speech = current();
        if (speech) enter(turn(speech.key).status === "paused" ? "resume" : "pause", { key: speech.key });
    }
    /* Stop and start in one. Between the booked speeches and what follows free speech it only stops: whoever has not
       spoken is called first; pressed once more it goes on. */
    function forward() {
        const speech = current();
        const after = following();
        const order = (one) => watch.settings.kinds[one.kind].order;
        const free = Object.values(watch.settings.kinds).find((kind) => kind.who === "free");
        const called = unspoken().some((one) => one.who === "free");
        const between = speech && after && free && called && order(speech) < free.order && order(after) > free.order;
        if (!after || between) {
            if (speech) enter("stop", { key: speech.key });
            if (between) say("预约发言结束，请从“未发言”名单中点选自由发言；不再有人发言的，再按一次进入下一环节。");
        } else enter("start", { key: after.key });
    }

    root.addEventListener("submit", (event) => {
        const form = event.target.closest("form");
        event.preventDefault();
        const field = (name) => (form.elements[name] ? form.elements[name].value.trim() : "");
        const act = field("act");
        const pressed = event.submitter && event.submitter.dataset.do;
        if (pressed) DO[pressed]();
        else if (act === "ask") ask(form, field("text"));
        else if (act === "note") note(form, field("text"));
        else if (act === "link") enter("link", { question: form.dataset.question, key: view.course.current });
        else enter(act, { key: field("key") });
    }, true);
    root.addEventListener("click", (event) => {
        const found = event.target.closest("button");
        if (found && event.detail > 0) found.blur(); /* so that the next key is the desk's, not this button's */
    });
    function ask(form, text) {
        if (!text) return;
        const to = form.elements.to;
        const name = to && to.value ? to.options[to.selectedIndex].textContent : "";
        enter("ask", { text, to: to && to.value ? Number(to.value) : null, toName: name, key: view.course.current || "" });
        form.reset();
    }
    function note(form, text) {
        if (!text || !view.course.current) return;
        enter("note", { text, key: view.course.current });
        form.reset();
    }

    const KEYS = { " ": "pause", Enter: "next", e: "stop", s: "skip", z: "undo" };
    const FIELDS = { q: "#question-text", n: "#note-text", f: "[data-part=people-free] button" };
    document.addEventListener("keydown", (event) => {
        if (event.isComposing || event.ctrlKey || event.altKey || event.metaKey) return;
        if (event.key === "Escape" && root.contains(document.activeElement)) document.activeElement.blur();
        if (event.target.closest("input, textarea, select, button, a, summary")) return;
        const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
        if (FIELDS[key]) {
            event.preventDefault();
            const found = root.querySelector(FIELDS[key]);
            if (found) found.focus();
        } else if (KEYS[key] && !event.repeat) {
            event.preventDefault();
            if (watch.state.open) DO[KEYS[key]]();
        }
    });
    window.addEventListener("online", () => watch.ask().then(send));
    window.addEventListener("storage", refresh);
    window.addEventListener("beforeunload", (event) => {
        if (watch.problem && mine.length) event.preventDefault();
    });

    root.classList.add("is-live");
    refresh();
    window.setInterval(drawNow, 250);
    window.setInterval(send, watch.settings.poll);
    watch.keep();
})();
