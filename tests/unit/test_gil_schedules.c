/* SPDX-License-Identifier: MIT */
/*
 * Random schedules of every policy, the same each time: whoever may go on is drawn by a seeded
 * generator, and so are time-outs, spurious wake-ups and interrupts. Nobody may be inside beside
 * another, nobody may be forgotten, and the books must balance.
 * alone: its actors hand over often, and something else that runs slows each hand-over down
 */
#include "harness/lock/posix.h"
#include "tests/unit/gil_policies.h"
#include "tests/unit/virtual_threads.h"

#define BEAT_EVERY 50
/* The thread sanitizer looks at all threads at each hand-over, so its time grows with the square of the crowd. */
#define CROWD (LOCK_WATCHED ? ACTORS_MAX / 5 : ACTORS_MAX)

/* What everybody does; rounds of it for few actors. */
static const enum command part[] = {BEGIN, TICK, TICK, BLOCK, UNBLOCK, STEP, TICK, TICK, END};

struct progress {
	unsigned next, commands;
};
static struct progress progress[ACTORS_MAX];

static bool may_be_drawn(unsigned i)
{
	if (world.actors[i].place == OFF)
		return progress[i].next < progress[i].commands;
	return is_ready(i);
}

/* One of those that may go on, or world.count. */
static unsigned draw(struct random *random)
{
	const unsigned start = (unsigned)random_below(random, world.count);

	for (unsigned n = 0; n < world.count; n++)
		if (may_be_drawn((start + n) % world.count))
			return (start + n) % world.count;
	return world.count;
}

static void let_time_pass_or_disturb(struct random *random)
{
	const unsigned start = (unsigned)random_below(random, world.count);

	for (unsigned n = 0; n < world.count; n++) {
		const unsigned i = (start + n) % world.count;
		struct actor *a = &world.actors[i];

		if (a->place == AT_SEMAPHORE)
			interrupt_sleep(i);
		else if (a->place == AT_COND && a->timed && random_below(random, 4))
			expire(i);
		else if (a->place == AT_COND && !random_below(random, 4))
			wake(i);
		else
			continue;
		return;
	}
}

/* A tick of ocaml4, unless an actor is in the middle of something with the mutex. */
static void beat(void)
{
	if (!world.gil.policy->beat || *value_of(&world.gil.mutex))
		return;
	world.gil.os = &gil_os_real;
	world.gil.policy->beat(&world.gil);
	world.gil.os = &virtual_os;
}

static bool all_done(void)
{
	for (unsigned i = 0; i < world.count; i++)
		if (world.actors[i].place != OFF || progress[i].next < progress[i].commands)
			return false;
	return true;
}

static void advance(unsigned i)
{
	struct actor *a = &world.actors[i];

	if (a->place == OFF)
		a->command = part[progress[i].next++ % ARRAY_SIZE(part)];
	world.log[0] = '\0';
	step(i);
}

static uint64_t total(enum gil_event which)
{
	uint64_t sum = 0;

	for (unsigned i = 0; i < world.count; i++)
		sum += event(i, which);
	return sum;
}

static void check_books(void)
{
	const uint64_t takes = total(GIL_TAKES);

	assert_int_equal(world.inside, 0);
	assert_false(world.gil.locked);
	assert_int_equal(world.gil.waiting, 0);
	assert_int_equal(total(GIL_RETAKES) + total(GIL_HANDOFFS) + 1, takes);
	assert_true(total(GIL_CONTENDED_TAKES) <= takes);
	assert_true(total(GIL_CONTENDED_TAKES) <= total(GIL_SLEEPING_WAITS) + takes);
	assert_true(total(GIL_TIMEOUTS) <= total(GIL_SLEEPING_WAITS));
}

/* Nobody holds the lock any more, and nobody waits for it: a take neither waits nor barges in. */
static void expect_free(void)
{
	const uint64_t before = event(0, GIL_CONTENDED_TAKES) + event(0, GIL_BARGES);

	assert_true(act(0, BEGIN));
	assert_int_equal(event(0, GIL_CONTENDED_TAKES) + event(0, GIL_BARGES), before);
	assert_true(act(0, END));
}

static void run_schedule(const struct gil_policy *policy, unsigned actors, unsigned rounds,
			 uint64_t seed)
{
	struct random random;
	uint64_t steps = 0;

	random_seed(&random, seed);
	open_world(policy, actors);
	if (world.options.ticks) {
		world.options.ticks = 2;
		set_check(GIL_EVERY_STEP);
	}
	for (unsigned i = 0; i < actors; i++)
		progress[i] = (struct progress){.commands = rounds * ARRAY_SIZE(part)};
	while (!all_done()) {
		const unsigned i = draw(&random);

		assert_true(++steps < 20000000); /* otherwise no actor makes progress */
		if (steps % BEAT_EVERY == 0)
			beat();
		if (i == world.count || random_below(&random, 16) == 0)
			let_time_pass_or_disturb(&random);
		if (i != world.count)
			advance(i);
	}
	check_books();
	expect_free();
	close_world();
}

static void few_actors_many_rounds(void **state)
{
	(void)state;
	for (size_t p = 0; p < gil_mode_count(); p++)
		for (uint64_t seed = 1; seed <= 6; seed++)
			run_schedule(gil_mode(p)->gil, 2 + (unsigned)seed % 3, 20, seed);
}

static void a_crowd(void **state)
{
	(void)state;
	for (size_t p = 0; p < gil_mode_count(); p++)
		run_schedule(gil_mode(p)->gil, CROWD, 1, p + 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(few_actors_many_rounds),
		cmocka_unit_test(a_crowd),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
