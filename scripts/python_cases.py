# SPDX-License-Identifier: MIT
"""The cases of python_twins.py: one class each, named after its counterpart in bench/.

A case is set up before its workers exist, so that they inherit the shared objects. work() is one worker's part
of a round and returns the input of check(). check() gives the metrics or raises Wrong. Workers are processes
(fork) or threads. Between rounds they wait at a barrier. A round lasts from the first start to the last end, on
the clock that all processes share.
"""
import ctypes
import os
import queue
import threading
import time

from python_team import Wrong, die_with_parent, mp, now_ns


class Case:
    threads = False  # workers are threads
    batch = 0        # operations per worker and round; 0: enough to fill a round

    def __init__(self, params, workers):
        self.params, self.workers = params, workers

    def prepare(self, index):
        """In the worker, once, bound to its processor."""

    def work(self, index, batch):
        raise NotImplementedError

    def finish(self, index):
        """In the worker, at the end."""

    def ops(self, batch, results):
        return batch * self.workers

    def check(self, batch, wall_ns, results):
        return {}


# ---- round trips ----


class RoundTrip(Case):
    """Worker 0 asks, worker 1 answers, and both check the message that came."""

    def __init__(self, params, workers):
        super().__init__(params, workers)
        self.message = bytes(i % 251 for i in range(params["size"]))

    def work(self, index, batch):
        put, get = self.ends(index)
        message, wrong = self.message, 0
        if index == 0:
            for _ in range(batch):
                put(message)
                wrong += get() != message
        else:
            for _ in range(batch):
                wrong += get() != message
                put(message)
        return wrong

    def check(self, batch, wall_ns, results):
        if any(results):
            raise Wrong("another message")
        return {"rt_ns": wall_ns / batch}


class mp_pipe_duplex(RoundTrip):
    def __init__(self, params, workers):
        super().__init__(params, workers)
        self.pair = mp.Pipe()

    def ends(self, index):
        return self.pair[index].send, self.pair[index].recv


class mp_pipe_simplex(RoundTrip):
    def __init__(self, params, workers):
        super().__init__(params, workers)
        self.pipes = [mp.Pipe(False), mp.Pipe(False)]

    def ends(self, index):
        return self.pipes[index][1].send, self.pipes[1 - index][0].recv


class mp_simplequeue(RoundTrip):
    make = staticmethod(mp.SimpleQueue)

    def __init__(self, params, workers):
        super().__init__(params, workers)
        self.queues = [self.make(), self.make()]

    def ends(self, index):
        return self.queues[index].put, self.queues[1 - index].get


class mp_queue(mp_simplequeue):
    make = staticmethod(mp.Queue)


# ---- producers and consumers ----


class Supply(Case):
    """Items are (producer, number). Each consumer ends after as many None as there are producers."""

    def __init__(self, params, workers):
        super().__init__(params, workers)
        self.producers = params["producers"]
        self.queue = self.make(params["maxsize"])

    def work(self, index, batch):
        return self.produce(index, batch) if index < self.producers else self.consume()

    def produce(self, index, batch):
        put, qsize, depths = self.queue.put, self.queue.qsize, []
        for number in range(batch):
            put((index, number))
            if number % 16 == 0:
                depths.append(qsize())
        for _ in range(self.workers - self.producers):
            put(None)
        return batch, batch * (batch - 1) // 2, 0, depths

    def consume(self):
        get, last, items, total, disorder, left = self.queue.get, {}, 0, 0, 0, self.producers
        while left:
            item = get()
            if item is None:
                left -= 1
                continue
            producer, number = item
            disorder += number <= last.get(producer, -1)
            last[producer] = number
            items += 1
            total += number
        return items, total, disorder, []

    def ops(self, batch, results):
        return sum(items for items, _, _, _ in results)

    def check(self, batch, wall_ns, results):
        put, got = results[: self.producers], results[self.producers:]
        items = sum(one[0] for one in put)
        if items != sum(one[0] for one in got) or sum(one[1] for one in put) != sum(one[1] for one in got):
            raise Wrong("not what was put")
        if any(one[2] for one in got):
            raise Wrong("out of order")
        depths = [depth for one in put for depth in one[3]]
        shares = [one[0] / items for one in got]
        mean = sum(depths) / len(depths)
        return {"item_ns": wall_ns / items, "depth_mean": mean, "depth_max": max(depths), "stored_share": mean / items,
                "share_min": min(shares), "share_max": max(shares), "misdelivered": 0}


class thread_queue(Supply):
    threads = True
    make = staticmethod(queue.Queue)


class mp_producers_consumers(Supply):
    make = staticmethod(mp.Queue)


# ---- answers of a Queue ----


class mp_queue_modes(Case):
    SLOTS = 4

    def __init__(self, params, workers):
        super().__init__(params, workers)
        self.queue, self.timeout = mp.Queue(self.SLOTS), params["timeout_us"] / 1e6

    def refused(self, call, error, *args):
        begin_ns = now_ns()
        try:
            call(*args)
        except error:
            return now_ns() - begin_ns
        raise Wrong("not refused")

    def work(self, index, batch):
        q, at_once, put_late, get_late = self.queue, 0, 0, 0
        timeout_ns = int(self.timeout * 1e9)
        for _ in range(batch):
            for i in range(self.SLOTS):
                q.put(i, False)
            at_once += self.refused(q.put, queue.Full, 0, False)
            put_late += self.refused(q.put, queue.Full, 0, True, self.timeout) - timeout_ns
            if [q.get() for _ in range(self.SLOTS)] != list(range(self.SLOTS)):
                raise Wrong("out of order")
            at_once += self.refused(q.get, queue.Empty, False)
            get_late += self.refused(q.get, queue.Empty, True, self.timeout) - timeout_ns
        return at_once, put_late, get_late

    def check(self, batch, wall_ns, results):
        at_once, put_late, get_late = results[0]
        return {"at_once_ns": at_once / (2 * batch), "put_late_ns": put_late / batch, "get_late_ns": get_late / batch}


class queue_stale(Case):
    PRODUCERS = 2

    def __init__(self, params, workers):
        super().__init__(params, workers)
        self.maxsize = params["maxsize"]
        self.queue = mp.Queue(self.maxsize)

    def attempt(self, counts, question, foretold, call, error, *args):
        try:
            item, refused = call(*args), False
        except error:
            item, refused = None, True
        counts[question][0] += 1
        counts[question][1] += foretold != refused
        return item, refused

    def work(self, index, batch):
        q, counts, moved, ends = self.queue, {"full": [0, 0], "empty": [0, 0], "qsize": [0, 0]}, 0, 0
        if index < self.PRODUCERS:
            for n in range(batch):
                foretold = q.qsize() >= self.maxsize if n & 1 else q.full()
                moved += not self.attempt(counts, "qsize" if n & 1 else "full", foretold, q.put_nowait, queue.Full, n)[1]
            for _ in range(self.workers - self.PRODUCERS):
                q.put("end")
            return moved, counts
        for n in range(batch):
            if ends == self.PRODUCERS:
                break
            foretold = q.qsize() == 0 if n & 1 else q.empty()
            item, refused = self.attempt(counts, "qsize" if n & 1 else "empty", foretold, q.get_nowait, queue.Empty)
            ends += item == "end"
            moved += not refused and item != "end"
        while ends < self.PRODUCERS:
            item = q.get()
            ends += item == "end"
            moved += item != "end"
        return moved, counts

    def check(self, batch, wall_ns, results):
        if sum(one[0] for one in results[: self.PRODUCERS]) != sum(one[0] for one in results[self.PRODUCERS:]):
            raise Wrong("not what was put")
        metrics = {}
        for question in ("full", "empty", "qsize"):
            asked = sum(one[1][question][0] for one in results)
            if asked:
                metrics[question + "_stale"] = sum(one[1][question][1] for one in results) / asked
        return metrics


# ---- locks and shared values ----


class Counting(Case):
    def __init__(self, params, workers):
        super().__init__(params, workers)
        self.counter, self.before = mp.RawValue(ctypes.c_int64), 0
        self.lock = self.make()

    def check(self, batch, wall_ns, results):
        counted, self.before = self.counter.value - self.before, self.counter.value
        if counted != batch * self.workers:
            raise Wrong("lost under the lock")
        return {}


class mp_lock(Counting):
    make = staticmethod(mp.Lock)

    def work(self, index, batch):
        acquire, release, counter = self.lock.acquire, self.lock.release, self.counter
        for _ in range(batch):
            acquire()
            counter.value += 1
            release()


class mp_rlock(Counting):
    make = staticmethod(mp.RLock)

    def work(self, index, batch):
        acquire, release, counter = self.lock.acquire, self.lock.release, self.counter
        levels = range(self.params["depth"])
        for _ in range(batch):
            for _ in levels:
                acquire()
            counter.value += 1
            for _ in levels:
                release()


class mp_value(Case):
    def __init__(self, params, workers):
        super().__init__(params, workers)
        self.guard, self.batch, self.before = params["guard"], params["swipes"], 0
        self.value = mp.Value(ctypes.c_int64) if self.guard else mp.RawValue(ctypes.c_int64)

    def work(self, index, batch):
        value = self.value
        if self.guard == 2:
            for _ in range(batch):
                with value.get_lock():
                    value.value += 1
        else:
            for _ in range(batch):
                value.value += 1

    def check(self, batch, wall_ns, results):
        counted, self.before = self.value.value - self.before, self.value.value
        lost = batch * self.workers - counted
        if lost and self.guard == 2:
            raise Wrong("lost under the lock")
        return {"lost_updates": lost}


counted_up = 0


class isolation(Case):
    def __init__(self, params, workers):
        super().__init__(params, workers)
        self.batch = params["increments"]

    def work(self, index, batch):
        global counted_up
        before = counted_up
        for _ in range(batch):
            counted_up += 1
        return counted_up - before

    def check(self, batch, wall_ns, results):
        return {"final_value": max(results), "parent_value": counted_up}


# ---- ends, threads, processes ----


class mp_pipe_eof(Case):
    def work(self, index, batch):
        total = 0
        for n in range(batch):
            reader, writer = mp.Pipe(bool(self.params["duplex"]))
            copy = os.dup(writer.fileno())
            writer.send(n)
            writer.close()
            if reader.recv() != n or reader.poll():
                raise Wrong("the end came early")
            begin_ns = now_ns()
            os.close(copy)
            try:
                reader.recv()
                raise Wrong("no EOFError")
            except EOFError:
                total += now_ns() - begin_ns
            reader.close()
        return total

    def check(self, batch, wall_ns, results):
        return {"eof_ns": results[0] / batch, "eof_missed": 0}


def nothing():
    pass


class Creation(Case):
    def work(self, index, batch):
        for _ in range(batch):
            child = self.make(target=nothing)
            child.start()
            child.join()

    def check(self, batch, wall_ns, results):
        return {"create_ns": wall_ns / batch}


class create_thread(Creation):
    make = staticmethod(threading.Thread)


class create_fork(Creation):
    make = staticmethod(mp.Process)


# ---- Pool ----

task_ns = 0


def do_task(argument):
    end_ns = time.thread_time_ns() + task_ns
    while task_ns and time.thread_time_ns() < end_ns:
        pass
    return argument * 3 + 1


class mp_pool(Case):
    APPLY, ASYNC, MAP = range(3)

    def prepare(self, index):
        global task_ns
        task_ns = self.params["task_us"] * 1000
        self.pool = mp.Pool(self.params["processes"], die_with_parent)

    def work(self, index, batch):
        call, arguments = self.params["call"], list(range(self.params["tasks"]))
        expected = [argument * 3 + 1 for argument in arguments]
        for _ in range(batch):
            if call == self.APPLY:
                values = [self.pool.apply(do_task, (argument,)) for argument in arguments]
            elif call == self.ASYNC:
                jobs = [self.pool.apply_async(do_task, (argument,)) for argument in arguments]
                values = [job.get() for job in jobs]
            else:
                values = self.pool.map(do_task, arguments)
            if values != expected:
                raise Wrong("another result")

    def finish(self, index):
        self.pool.close()
        self.pool.join()

    def check(self, batch, wall_ns, results):
        return {"task_ns": wall_ns / (batch * self.params["tasks"]), "wrong_results": 0}


# ---- a launch ----

CASES = {cls.__name__: cls for cls in (
    mp_pipe_duplex, mp_pipe_simplex, mp_simplequeue, mp_queue, thread_queue, mp_producers_consumers, mp_queue_modes,
    queue_stale, mp_lock, mp_rlock, mp_value, isolation, mp_pipe_eof, create_thread, create_fork, mp_pool)}


def has(case, params):
    """True if there is such a case for these parameters. A sampled pass and a grown parent are not supported."""
    return case in CASES and not params.get("sample") and not params.get("touched_mib")
