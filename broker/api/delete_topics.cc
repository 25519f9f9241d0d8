// DeleteTopics, v0-6.
// Ends the topic with all it has: records, producer state, and the groups' committed offsets. Those who wait
// for its records are answered at once. timeout_ms is ignored: the topic is gone when the answer arrives.
#include "protocol/messages/delete_topics.h"
#include "broker/api/handlers.h"
#include "broker/api/named.h"
#include "broker/groups/group_registry.h"
#include "broker/topics/topics.h"

namespace mini::broker {

using protocol::DeleteTopicsRequest;
using protocol::DeleteTopicsResponse;
using protocol::ErrorCode;
using Asked = DeleteTopicsRequest::DeleteTopicState;
using Answer = DeleteTopicsResponse::DeletableTopicResult;

namespace {

std::vector<Asked> asked_topics(const DeleteTopicsRequest& request) {
  std::vector<Asked> asked = request.topics;
  for (const std::string& name : request.topic_names) asked.emplace_back().name = name;
  return asked;
}

Answer answer_to(const Asked& asked, ErrorCode error) {
  Answer answer;
  answer.name = asked.name;
  answer.topic_id = asked.topic_id;
  answer.error_code = error;
  if (failed(error)) answer.error_message = describe(error).message;
  return answer;
}

ErrorCode deletion_disabled(std::int16_t version) {
  return version >= 3 ? ErrorCode::topic_deletion_disabled : ErrorCode::invalid_request;
}

Answer delete_one(Services& broker, const Asked& asked) {
  const bool by_id = !asked.topic_id.is_zero();
  if (by_id == asked.name.has_value()) return answer_to(asked, ErrorCode::invalid_request);
  const TopicPtr topic = by_id ? broker.topics.find(asked.topic_id) : broker.topics.find(*asked.name);
  if (!topic)
    return answer_to(asked, by_id ? ErrorCode::unknown_topic_id : ErrorCode::unknown_topic_or_partition);
  broker.topics.remove(topic);
  broker.groups.topic_deleted(topic->name());
  Answer answer = answer_to(asked, ErrorCode::none);
  answer.name = topic->name();
  answer.topic_id = topic->id();
  return answer;
}

}  // namespace

void delete_topics(Services& broker, const RequestContext& context, const DeleteTopicsRequest& request,
                   Reply<DeleteTopicsResponse> reply) {
  const std::vector<Asked> topics = asked_topics(request);
  Named<std::pair<std::string, Uuid>> named;
  for (const Asked& asked : topics) named.add({asked.name.value_or(""), asked.topic_id});
  DeleteTopicsResponse response;
  for (const Asked& asked : topics) {
    if (!named.answer_due({asked.name.value_or(""), asked.topic_id})) continue;
    const bool twice = named.twice({asked.name.value_or(""), asked.topic_id});
    response.responses.push_back(!broker.settings.delete_topic_enable
                                     ? answer_to(asked, deletion_disabled(context.version))
                                 : twice ? answer_to(asked, ErrorCode::invalid_request)
                                         : delete_one(broker, asked));
  }
  reply.send(response);
}

}  // namespace mini::broker
