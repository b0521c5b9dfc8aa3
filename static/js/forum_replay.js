/* What all presses of the speaker desks come to, counted as the server counts (consultation/forums/clock.py), and the
   watch over the server's state that desk and clock of the hall share. */
(() => {
    "use strict";
    const TIMED = ["start", "pause", "resume", "stop", "skip"];

    function turnOf(course, key) {
        if (!course.turns[key]) course.turns[key] = { status: "waiting", began: null, spoken: 0, since: null };
        return course.turns[key];
    }
    function halt(turn, at) {
        if (turn.since !== null) turn.spoken += Math.max(0, at - turn.since);
        turn.since = null;
    }
    function go(turn, at) {
        if (turn.began === null) turn.began = at;
        turn.status = "speaking";
        turn.since = at;
    }
    function close(course, at) {
        if (course.current) {
            const turn = turnOf(course, course.current);
            halt(turn, at);
            turn.status = "done";
        }
        course.current = "";
    }
    function start(course, press, turn, holds) {
        if (holds && turn.since !== null) return false;
        if (!holds) close(course, press.at);
        go(turn, press.at);
        course.current = press.key;
        return true;
    }
    function skip(turn) {
        if (turn.status !== "waiting") return false;
        turn.status = "skipped";
        return true;
    }
    function hold(press, turn) {
        if (press.act === "pause" && turn.since !== null) {
            halt(turn, press.at);
            turn.status = "paused";
            return true;
        }
        if (press.act === "resume" && turn.since === null) {
            go(turn, press.at);
            return true;
        }
        return false;
    }
    function take(course, press) {
        if (press.act === "end") {
            close(course, press.at);
            return true;
        }
        if (!press.key) return false;
        const turn = turnOf(course, press.key);
        const holds = course.current === press.key;
        if (press.act === "start") return start(course, press, turn, holds);
        if (press.act === "skip") return skip(turn);
        if (!holds) return false;
        if (press.act === "stop") {
            close(course, press.at);
            return true;
        }
        return hold(press, turn);
    }

    /* presses: {id, act, at (ms), key, undoes}. -> {turns, current, taken: [id], last: the press that undo takes back}. */
    function replay(presses) {
        const single = new Map(presses.map((press) => [press.id, press]));
        const ordered = [...single.values()].sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1));
        const timed = new Set(ordered.filter((press) => TIMED.includes(press.act)).map((press) => press.id));
        const takenBack = new Set(ordered.filter((press) => press.act === "undo").map((press) => press.undoes));
        const course = { turns: {}, current: "", taken: [], last: "" };
        ordered.forEach((press) => {
            let counts = true;
            if (press.act === "undo") counts = timed.has(press.undoes);
            else if (press.act === "end") counts = take(course, press);
            else if (timed.has(press.id)) counts = !takenBack.has(press.id) && take(course, press);
            if (!counts) return;
            course.taken.push(press.id);
            if (timed.has(press.id)) course.last = press.id;
        });
        return course;
    }

    function spent(turn, now) {
        if (!turn) return 0;
        return turn.spoken + (turn.since === null ? 0 : Math.max(0, now - turn.since));
    }
    function face(seconds) {
        const whole = Math.abs(seconds);
        const pad = (number) => String(number).padStart(2, "0");
        return `${pad(Math.floor(whole / 60))}:${pad(whole % 60)}`;
    }
    /* How a speech stands: remaining seconds (null without a limit), tone good | warn | over | open, and its face. */
    function standing(speech, turn, now, warn) {
        const used = Math.floor(spent(turn, now) / 1000);
        if (!speech || !speech.limit) return { used, left: null, tone: "open", face: face(used) };
        const left = speech.limit * 60 - used;
        const tone = left < 0 ? "over" : left <= warn ? "warn" : "good";
        return { used, left, tone, face: (left < 0 ? "+" : "") + face(left) };
    }

    function read(id) {
        return JSON.parse(document.getElementById(id).textContent);
    }

    /* Asks for the state every two seconds. changed(): the state is another; told(problem): "" | "offline" | "login". */
    class Watch {
        constructor({ hall = false, changed, told }) {
            this.settings = read("forum-settings");
            this.state = read("forum-data");
            this.address = this.settings.state + (hall ? "?hall=1" : "");
            this.changed = changed;
            this.told = told;
            this.mark = "";
            this.problem = "";
            this.offset = this.settings.now - Date.now();
            this.doubt = Infinity;
            this.measured = 0;
        }
        now() {
            return Date.now() + this.offset;
        }
        /* The moment of the server against ours, at the middle of the way; the shortest way is the best measure. */
        measure(server, began, ended) {
            const doubt = (ended - began) / 2;
            if (!server || (doubt > this.doubt && ended - this.measured < 60000)) return;
            this.doubt = doubt;
            this.measured = ended;
            this.offset = server - (began + ended) / 2;
        }
        tell(problem) {
            if (this.problem === problem) return;
            this.problem = problem;
            this.told(problem);
        }
        async ask() {
            const giveUp = new AbortController();
            const timer = window.setTimeout(() => giveUp.abort(), 5000);
            const began = Date.now();
            try {
                const answer = await fetch(this.address, {
                    headers: this.mark ? { "If-None-Match": this.mark } : {},
                    cache: "no-store",
                    credentials: "same-origin",
                    signal: giveUp.signal,
                });
                this.measure(Number(answer.headers.get("X-Server-Time")), began, Date.now());
                if (answer.status === 304) {
                    this.tell("");
                    return true;
                }
                if (answer.redirected || !answer.headers.get("X-Server-Time")) {
                    this.tell(answer.status >= 500 ? "offline" : "login");
                    return false;
                }
                this.state = await answer.json();
                this.mark = answer.headers.get("ETag") || "";
                this.tell("");
                this.changed();
                return true;
            } catch (error) {
                this.tell("offline");
                return false;
            } finally {
                window.clearTimeout(timer);
            }
        }
        async keep() {
            await this.ask();
            window.setTimeout(() => this.keep(), this.settings.poll);
        }
    }

    window.forumDesk = { replay, standing, spent, face, Watch };
})();
