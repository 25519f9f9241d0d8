#include "client/cluster/versions.h"
#include "client/runtime/admin_face.h"
#include "client/runtime/key_list.h"
#include "protocol/messages/create_partitions.h"
#include "protocol/messages/create_topics.h"
#include "protocol/messages/delete_topics.h"

namespace mini {

using namespace client;
using protocol::CreatePartitionsRequest;
using protocol::CreatePartitionsResponse;
using protocol::CreateTopicsRequest;
using protocol::CreateTopicsResponse;
using protocol::DeleteTopicsRequest;
using protocol::DeleteTopicsResponse;

namespace {

using CreatableTopic = CreateTopicsRequest::CreatableTopic;

CreatableTopic to_wire(const NewTopic& topic, std::int16_t version) {
  CreatableTopic wire;
  wire.name = topic.name;
  wire.num_partitions = topic.assignments.empty() ? topic.partitions : -1;
  wire.replication_factor = topic.assignments.empty() ? topic.replication : std::int16_t{-1};
  for (const auto& brokers : topic.assignments) {
    auto& each = wire.assignments.emplace_back();
    each.partition_index = static_cast<std::int32_t>(wire.assignments.size()) - 1;
    each.broker_ids = brokers;
  }
  for (const auto& [name, value] : topic.configs) {
    auto& config = wire.configs.emplace_back();
    config.name = name;
    config.value = value;
  }
  // Before version 4 a broker has no defaults to offer.
  if (version < 4 && topic.assignments.empty()) {
    if (wire.num_partitions < 0) wire.num_partitions = 1;
    if (wire.replication_factor < 0) wire.replication_factor = 1;
  }
  return wire;
}

std::map<std::string, const NewTopic*> by_name(const std::vector<NewTopic>& topics) {
  std::map<std::string, const NewTopic*> named;
  for (const NewTopic& topic : topics) named[topic.name] = &topic;
  return named;
}

}  // namespace

Errors Admin::create_topics(const std::vector<NewTopic>& topics, Millis timeout, bool validate_only) {
  const auto wanted = by_name(topics);
  const KeyList<std::string> names(wanted);
  const auto make = [&](const Keys& keys, std::int16_t version) {
    CreateTopicsRequest request;
    request.timeout_ms = broker_timeout_ms(timeout);
    request.validate_only = validate_only;
    for (const std::size_t key : keys) request.topics.push_back(to_wire(*wanted.at(names[key]), version));
    return request;
  };
  const auto read = [&](const CreateTopicsResponse& response, const Keys&, const Settle& settle) {
    for (const auto& topic : response.topics)
      settle(names.number(topic.name),
             key_error(topic.error_code, "topic " + topic.name, topic.error_message));
  };
  return names.errors(face_->run(std::make_shared<TypedCall<CreateTopicsRequest, CreateTopicsResponse>>(
                                     versions::create_topics, names.all(Target::controller()), make, read),
                                 timeout));
}

Errors Admin::delete_topics(const std::vector<std::string>& topics, Millis timeout) {
  const KeyList<std::string> names(topics);
  const auto make = [&](const Keys& keys, std::int16_t version) {
    DeleteTopicsRequest request;
    request.timeout_ms = broker_timeout_ms(timeout);
    for (const std::size_t key : keys) {
      if (version < 6)
        request.topic_names.push_back(names[key]);
      else
        request.topics.emplace_back().name = names[key];
    }
    return request;
  };
  const auto read = [&](const DeleteTopicsResponse& response, const Keys&, const Settle& settle) {
    for (const auto& topic : response.responses) {
      const std::string name = topic.name.value_or("");
      settle(names.number(name), key_error(topic.error_code, "topic " + name, topic.error_message));
    }
  };
  return names.errors(face_->run(std::make_shared<TypedCall<DeleteTopicsRequest, DeleteTopicsResponse>>(
                                     versions::delete_topics, names.all(Target::controller()), make, read),
                                 timeout));
}

Errors Admin::delete_topics_by_id(const std::vector<std::string>& ids, Millis timeout) {
  Errors errors;
  std::vector<Uuid> parsed;
  for (const std::string& id : ids) {
    const std::optional<Uuid> uuid = Uuid::parse(id);
    if (uuid) parsed.push_back(*uuid);
    if (!uuid) errors[id] = client_error(ClientErrc::invalid_call, "'" + id + "' is no topic id");
  }
  const KeyList<Uuid> topics(std::move(parsed));
  const auto make = [&](const Keys& keys, std::int16_t) {
    DeleteTopicsRequest request;
    request.timeout_ms = broker_timeout_ms(timeout);
    for (const std::size_t key : keys) request.topics.emplace_back().topic_id = topics[key];
    return request;
  };
  const auto read = [&](const DeleteTopicsResponse& response, const Keys&, const Settle& settle) {
    for (const auto& topic : response.responses)
      settle(topics.number(topic.topic_id),
             key_error(topic.error_code, "topic id " + topic.topic_id.to_string(), topic.error_message));
  };
  const auto each =
      face_->run(std::make_shared<TypedCall<DeleteTopicsRequest, DeleteTopicsResponse>>(
                     versions::delete_topics_by_id, topics.all(Target::controller()), make, read),
                 timeout);
  for (std::size_t i = 0; i < topics.size(); ++i) errors[topics[i].to_string()] = each[i];
  return errors;
}

Errors Admin::create_partitions(const std::map<std::string, std::int32_t>& counts, Millis timeout,
                                bool validate_only) {
  const KeyList<std::string> names(counts);
  const auto make = [&](const Keys& keys, std::int16_t) {
    CreatePartitionsRequest request;
    request.timeout_ms = broker_timeout_ms(timeout);
    request.validate_only = validate_only;
    for (const std::size_t key : keys) {
      auto& topic = request.topics.emplace_back();
      topic.name = names[key];
      topic.count = counts.at(names[key]);
      topic.assignments.reset();  // as the brokers like
    }
    return request;
  };
  const auto read = [&](const CreatePartitionsResponse& response, const Keys&, const Settle& settle) {
    for (const auto& topic : response.results)
      settle(names.number(topic.name),
             key_error(topic.error_code, "topic " + topic.name, topic.error_message));
  };
  return names.errors(
      face_->run(std::make_shared<TypedCall<CreatePartitionsRequest, CreatePartitionsResponse>>(
                     versions::create_partitions, names.all(Target::controller()), make, read),
                 timeout));
}

}  // namespace mini
