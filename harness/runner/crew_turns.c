/* SPDX-License-Identifier: MIT */
/* crew_turns - the figures of the lock of a crew: events of an epoch, turns of a launch. */
#include <string.h>

#include "harness/runner/crew.h"

/* The number of locks that the workers are under. Worker i is under lock i modulo this. */
static unsigned lock_count(const struct crew *crew)
{
	return crew->arena.sync->gil_count ? crew->arena.sync->gil_count : 1;
}

void crew_turns_begin(struct crew *crew)
{
	if (!sync_is_gil(crew->mode->sync))
		return;
	timeline_clear(crew->arena.timelines, crew->setup.workers);
	if (crew->mode->sync == SYNC_CPYTHON)
		cpython_new_epoch();
	sync_new_epoch(crew->arena.sync);
	for (unsigned i = 0; i < crew->setup.workers; i++)
		for (int event = 0; event < GIL_EVENTS; event++)
			atomic_store(&crew->arena.workers[i].seat.events[event], 0);
}

void crew_turns_end(struct crew *crew, struct epoch_record *record)
{
	if (!sync_is_gil(crew->mode->sync))
		return;
	for (unsigned i = 0; i < crew->setup.workers; i++)
		for (int event = 0; event < GIL_EVENTS; event++)
			record->gil_events[event] += atomic_load(
				&crew->arena.workers[i].seat.events[event]);
	if (crew->epochs == 1)
		return; /* warm-up */
	crew->handoffs += record->gil_events[GIL_HANDOFFS];
	crew->retakes += record->gil_events[GIL_RETAKES];
	crew->turns_wall_ns += record->wall_ns;
	turns_add(&crew->turns, crew->arena.timelines, crew->setup.workers, lock_count(crew),
		  atomic_load(&crew->arena.gate->release_ns));
}

void crew_turns(struct crew *crew, struct turns_record *record)
{
	struct turns *turns = &crew->turns;
	const double handoffs = (double)crew->handoffs, retakes = (double)crew->retakes;

	*record = (struct turns_record){
		.measured = sync_is_gil(crew->mode->sync),
		.row_count = turns->row_count,
	};
	memcpy(record->rows, turns->rows, sizeof(record->rows));
	const double figures[TURN_FIGURES] = {
		[TENURE_P10_NS] = turns_quantile(&turns->tenure_ns, 0.1),
		[TENURE_P50_NS] = turns_quantile(&turns->tenure_ns, 0.5),
		[TENURE_P90_NS] = turns_quantile(&turns->tenure_ns, 0.9),
		[TENURE_P99_NS] = turns_quantile(&turns->tenure_ns, 0.99),
		[GAP_P50_NS] = turns_quantile(&turns->gap_ns, 0.5),
		[GAP_P90_NS] = turns_quantile(&turns->gap_ns, 0.9),
		[RETAKE_SHARE] = retakes / (retakes + handoffs) /* NAN without either */,
		[HANDOFFS_PER_S] = crew->turns_wall_ns
					   ? handoffs * 1e9 / (double)crew->turns_wall_ns
					   : NAN,
		[STAMPS_LOST] = (double)turns->forgotten,
	};

	memcpy(record->figures, figures, sizeof(figures));
	turns_free(turns);
}
