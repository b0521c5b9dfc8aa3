/* The clock of the hall: counts by itself between two looks at the server, and without network. */
(() => {
    "use strict";
    const { replay, standing, face, Watch } = window.forumDesk;
    const root = document.getElementById("clock");
    const slot = (name) => root.querySelector(`[data-slot="${name}"]`);
    const LABELS = { good: "", warn: "即将到时", over: "已超时", open: "不限时" };
    let course = { turns: {}, current: "", taken: [] };
    let heard = "";
    let sound = null;

    function write(name, text) {
        const found = slot(name);
        if (found.textContent !== text) found.textContent = text;
    }

    const watch = new Watch({
        hall: true,
        changed: () => {
            course = replay(watch.state.presses);
            draw();
        },
        told: (problem) => {
            slot("net").hidden = !problem;
            write("net", problem === "login" ? "登录已过期，请重新登录后再打开本页" : "网络中断，按本机时间继续");
        },
    });

    function next() {
        return watch.state.speeches.find((speech) => {
            const turn = course.turns[speech.key];
            return !speech.atDesk && (!turn || turn.status === "waiting");
        });
    }
    function name(speech) {
        return speech ? `${speech.who}${speech.unit ? `（${speech.unit}）` : ""}` : "—";
    }

    function draw() {
        const speech = watch.state.speeches.find((one) => one.key === course.current);
        const turn = speech && course.turns[speech.key];
        const now = standing(speech, turn, watch.now(), watch.settings.warn);
        const paused = turn && turn.status === "paused";
        const wall = new Date(watch.now());
        root.dataset.tone = speech ? now.tone : "idle";
        write("wall", `${String(wall.getHours()).padStart(2, "0")}:${String(wall.getMinutes()).padStart(2, "0")}`);
        write("kind", speech ? speech.kindLabel : watch.state.open ? "请准备" : watch.state.state);
        write("who", speech ? speech.who : next() ? next().who : "");
        write("unit", speech ? speech.unit : next() ? next().unit : "");
        write("subject", speech ? speech.subject : next() ? next().subject : "");
        write("time", speech ? now.face : "");
        write("label", !speech ? "" : paused ? "暂停" : LABELS[now.tone]);
        write("limit", speech && speech.limit ? `时限 ${speech.limit} 分钟，已发言 ${face(now.used)}` : "");
        write("next", name(next()));
        if (speech && !paused) ring(speech.key, now);
    }

    /* Once at one minute, once at the end of each speech; only after somebody switched the sound on. */
    function ring(key, now) {
        if (now.left === null) return;
        const moment = now.left <= 0 ? `${key}:end` : now.left <= watch.settings.warn ? `${key}:warn` : `${key}:`;
        if (moment === heard) return;
        const before = heard;
        heard = moment;
        if (!sound || !before.startsWith(`${key}:`)) return;
        if (moment.endsWith(":warn")) beep([0]);
        if (moment.endsWith(":end")) beep([0, 0.35, 0.7]);
    }
    function beep(times) {
        times.forEach((after) => {
            const tone = sound.createOscillator();
            const volume = sound.createGain();
            const at = sound.currentTime + after;
            tone.frequency.value = 880;
            volume.gain.setValueAtTime(0.4, at);
            volume.gain.exponentialRampToValueAtTime(0.001, at + 0.3);
            tone.connect(volume).connect(sound.destination);
            tone.start(at);
            tone.stop(at + 0.3);
        });
    }
    document.getElementById("sound").addEventListener("click", (event) => {
        const button = event.currentTarget;
        if (sound) {
            sound.close();
            sound = null;
        } else {
            sound = new AudioContext();
            beep([0]);
        }
        button.setAttribute("aria-pressed", String(Boolean(sound)));
        button.textContent = sound ? "关闭声音" : "打开声音";
    });
    document.getElementById("full").addEventListener("click", () => {
        if (document.fullscreenElement) document.exitFullscreen();
        else document.documentElement.requestFullscreen().catch(() => {});
    });
    if (navigator.wakeLock) navigator.wakeLock.request("screen").catch(() => {});

    document.documentElement.classList.add("js");
    course = replay(watch.state.presses);
    draw();
    window.setInterval(draw, 200);
    watch.keep();
})();
