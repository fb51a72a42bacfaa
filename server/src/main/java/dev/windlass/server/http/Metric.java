package dev.windlass.server.http;

/**
 * The metrics of Windlass. Each name ends with its unit, and each help text states what is
 * measured.
 */
enum Metric {
  HEIGHT("windlass_blockchain_height", "Number of the newest stored block"),
  LOWEST_BLOCK("windlass_blockchain_lowest_block", "Number of the lowest stored block"),
  GAP_BLOCKS(
      "windlass_blockchain_gap_blocks",
      "Blocks between the lowest and the newest stored one whose headers are stored"
          + " and whose bodies are missing, because no peer served them yet or the disk"
          + " lost them"),
  BEST_KNOWN_NUMBER(
      "windlass_best_known_block_number",
      "Highest of the newest stored block, the head that is synced, the heads that the user named,"
          + " those that followed nodes claim, and the last checkpoint, as far as their numbers are"
          + " known; proven or not"),

  IN_SYNC(
      "windlass_synchronizer_in_sync",
      "1 while nothing is left to sync, at most one block may be new since the followed nodes were"
          + " asked for their heads, and the newest stored block is not too old, else 0"),
  BLOCKS_BEHIND(
      "windlass_synchronizer_blocks_behind",
      "Blocks between the newest stored one and the best known one; NaN while that is not known"),
  PAUSED("windlass_synchronizer_paused", "1 while an operator has paused the node, else 0"),
  PHASE("windlass_synchronizer_phase", "1 for the phase of the sync, 0 for the others"),
  WAITING(
      "windlass_synchronizer_waiting",
      "1 for what the sync waits for, 0 for everything else it could wait for"),
  HEAD_ANNOUNCEMENTS(
      "windlass_head_announcements_total",
      "Heads announced, by source. p2p counts each new head that a followed node"
          + " claims in its Status, in an announcement or in the answer to a head probe."
          + " rpc counts those of head sources"),
  HEAD_SOURCES_DISAGREEING(
      "windlass_head_sources_disagreeing",
      "Pairs of head sources that have different blocks at one number"),
  HEAD_DISAGREEMENTS(
      "windlass_head_disagreements_total", "Disagreements of two head sources that have begun"),
  HEAD_LAST_ANNOUNCEMENT(
      "windlass_head_last_announcement_timestamp_seconds",
      "When a head was last announced, in seconds since 1970; 0 before the first"),

  HASHES("windlass_downloader_hashes_total", "Links of the hash chain received"),
  BLOCKS("windlass_downloader_blocks_total", "Blocks received and verified"),
  BYTES("windlass_downloader_bytes_total", "Bytes received in answers"),
  TIMEOUTS("windlass_downloader_timeouts_total", "Requests not answered by their deadline"),
  THROTTLED("windlass_downloader_throttled_total", "Times that a full window stopped requests"),
  REFETCHED_BLOCKS(
      "windlass_downloader_refetched_blocks_total",
      "Blocks that arrived although they were there already, without those that were hedged"),
  REQUEST_DURATION(
      "windlass_downloader_request_duration_seconds", "Time from a request to its answer, by kind"),
  INFLIGHT_REQUESTS("windlass_downloader_inflight_requests", "Requests not answered yet"),
  QUEUED_BLOCKS("windlass_downloader_queued_blocks", "Blocks in the window that are still wanted"),
  BUFFERED_BYTES(
      "windlass_downloader_buffered_bytes",
      "Bytes of blocks and headers that are not stored yet, and of messages that are"
          + " not processed yet"),
  ANNOUNCED_BLOCKS(
      "windlass_downloader_announced_blocks",
      "Announced whole blocks that wait until their parents are stored"),
  ANNOUNCED_BYTES("windlass_downloader_announced_bytes", "Bytes of these blocks"),

  PEERS_CONNECTED("windlass_peers_connected", "Peers that can be asked"),
  MESSAGE_BYTES(
      "windlass_peers_message_bytes",
      "Bytes that messages take: frames while they are read, messages until they are"
          + " processed, answers until they are sent"),
  CONNECTIONS_WAITING(
      "windlass_peers_waiting", "Connections that wait for memory for a frame, message or answer"),
  PEERS_RATE_LIMITED(
      "windlass_peers_rate_limited_total",
      "Batches that JSON-RPC nodes refused because of their rate or quota"),
  PEERS_BANNED("windlass_peers_banned", "Peers that are banned now"),
  PEERS_BANS("windlass_peers_bans_total", "Bans of peers, by their offence"),
  CROSSCHECKS("windlass_crosscheck_total", "Cross-checks of claimed hashes, by their result"),
  VERIFICATION_FAILURES(
      "windlass_verification_failures_total", "Answers with a fault, by the offence"),

  INSERT_DURATION(
      "windlass_store_insert_duration_seconds", "Time to write one batch of blocks to the store"),
  BATCH_BLOCKS("windlass_store_batch_blocks", "Blocks in one batch written to the store"),
  STORE_SIZE("windlass_store_size_bytes", "Size of the store on disk"),

  HTTP_CONNECTIONS_CLOSED(
      "windlass_http_connections_closed_total",
      "Connections to the ports of HTTP and metrics that were closed because they were slow, idle or"
          + " too many");

  private final String text;
  private final String help;

  Metric(String text, String help) {
    this.text = text;
    this.help = help;
  }

  /** The name for Prometheus. */
  String text() {
    return text;
  }

  String help() {
    return help;
  }
}
